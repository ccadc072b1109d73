/** A vector: its components. */
export type Vector = readonly number[];

/** A matrix: its rows, all of one length. */
export type Matrix = readonly Vector[];

/** A complex number re + i·im. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}
