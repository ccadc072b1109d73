/** Rooms of the house that show, ask and judge: no answer needs them, and none of them is in the sandbox. */
export const shown =
  /^lib\/((notebook|show|proof|answers|claims|zoo|figures)\/|\w+\/(questions|claims|solution|figures)(\/|\.ts$))/;
