import { right, submission } from "../course.ts";
import { file, own, type Untidy } from "./kind.ts";

/** Several copies of one notebook, and systems that keep them. */
export const copies: Readonly<Record<string, Untidy>> = {
  "pam_attempt_2026-12-01-10-11-12_04_gan.ipynb": file("", () => submission({ ...right, A: "const A = 1;" })),
  "pam_attempt_2026-12-02-10-11-12_04_gan.ipynb": file(""),
  "pam_attempt_2026-12-02-10-11-12.txt": file("", () => Promise.resolve("Name: Pam")),
  "Qi Li_123_assignsubmission_file_": file("04_gan.ipynb"),
  "Qi Li_123_assignsubmission_onlinetext_": file("onlinetext.html", () => Promise.resolve("<p>see file")),
  "mia": {
    files: async () => ({
      "04_gan.ipynb": await own(),
      "04_gan (1).ipynb": await submission({ ...right, A: "" }),
      "04_gan_backup.ipynb": await submission({}),
    }),
    says: /is graded as 04_gan/,
  },
};
