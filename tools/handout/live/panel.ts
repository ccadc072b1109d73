/** What belongs to the page as a whole: points, all checks, the ways in and out, and what there is to say about it. */
import { said } from "lib/show/language.ts";
import { make } from "./answer.ts";

type Texts = ReadonlyMap<string, string>;

interface Deeds {
  /** How many notebooks the course has, in words. */
  many: string;
  checkAll(): Promise<void>;
  take(file: File): Promise<void>;
  one(): { name: string; content: string };
  all(): { name: string; content: Uint8Array<ArrayBuffer> };
  clear(): void;
}

export interface Panel {
  points(now: number, most: number): void;
  /** What can't be kept, as long as it can't; empty where all is well. */
  trouble(words: string): void;
  /** A sentence; with texts, a button that puts them in. */
  say(words: string, texts?: Texts, back?: (texts: Texts) => void, label?: string): void;
}

export function openPanel(deeds: Deeds): Panel {
  const place = document.getElementById("live-panel")!, now = document.getElementById("live-points");
  const spoken = make("p", { class: "live-said", role: "status" }),
    wrong = make("p", { role: "alert", class: "live-trouble" });
  const button = (words: string, deed: () => void) => {
    const made = make("button", { type: "button" }, words);
    made.addEventListener("click", deed);
    return made;
  };
  const chosen = make("input", {
    type: "file",
    accept: ".ipynb,.zip,.json",
    hidden: "",
    "aria-hidden": "true",
  });
  chosen.addEventListener("change", async () => {
    const [file] = chosen.files ?? [];
    chosen.value = "";
    if (file) await deeds.take(file);
  });
  const tools = make(
    "div",
    { class: "live-tools" },
    button("Check all", () => deeds.checkAll()),
    button("Download this notebook", () => hand(deeds.one())),
    button(`Download all ${deeds.many} (to hand in)`, () => hand(deeds.all())),
    button("Open a notebook …", () => chosen.click()),
    button("Clear", () => deeds.clear()),
    chosen,
  );
  place.append(tools, spoken, wrong);
  onDrop(deeds.take);
  return {
    points(points, most) {
      if (now) now.textContent = said(`${points} of ${most} points`);
    },
    trouble(words) {
      const now = said(words);
      if (wrong.textContent !== now) wrong.textContent = now;
    },
    say(words, texts, back, label = "Undo") {
      spoken.replaceChildren(said(words));
      if (texts && back) spoken.append(" ", button(label, () => back(texts)));
    },
  };
}

function hand({ name, content }: { name: string; content: BlobPart }): void {
  const address = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A file that is dropped anywhere on the page is opened here, not by the browser. */
function onDrop(take: (file: File) => Promise<void>): void {
  const holdsFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => holdsFile(event) && event.preventDefault(), true);
  addEventListener("drop", async (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    event.stopPropagation();
    for (const file of event.dataTransfer!.files) await take(file);
  }, true);
}
