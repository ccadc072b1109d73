/** One thing looked at. What is only optional does not make the doctor fail. */
export type Finding = {
  name: string;
  state: "ok" | "missing" | "optional";
  /** What is there, or what is wrong. */
  found: string;
  /** What mends it: a command, where there is one. */
  mend?: string;
};
