/** Rooms of the house that show, ask and judge: no answer needs them, and none of them is in the sandbox. */
export const shown = /^lib\/(show\/|\w+\/(questions|misconceptions|slips|claims|solution|figures)(\/|\.ts$))/;
