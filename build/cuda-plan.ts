import path from 'node:path';

/** The part of onnxruntime-node's `script/install-metadata.js` that is read. */
export interface InstallMetadata {
  requirements: Record<string, string[] | undefined>;
  manifests: Record<string, Record<string, { package: string; path: string }> | undefined>;
  packages: Record<string, { name: string; versions: { feed: string; version: string }[] } | undefined>;
  feeds: Record<string, { index: string } | undefined>;
}

/** What the installer of onnxruntime-node would fetch on this system. */
export interface CudaPlan {
  feed: string;
  packages: { name: string; version: string }[];
  files: string[];
  folder: string;
}

/** What its own installer would do, read from its own tables; null where it has nothing for this system. */
export function cudaPlan(metadata: InstallMetadata, platform: string, arch: string, root: string): CudaPlan | null {
  const system = `${platform}/${arch}`;
  const names = metadata.requirements[system] ?? [];
  const entries = names.flatMap((name) => Object.entries(metadata.manifests[`${system}:${name}`] ?? {}));
  if (entries.length === 0) return null;
  const packages = new Map<string, string>();
  let feed = '';
  for (const [, { package: key }] of entries) {
    const found = metadata.packages[key];
    const version = found?.versions[0];
    if (!found || !version) return null;
    packages.set(found.name, version.version);
    feed = metadata.feeds[version.feed]?.index ?? feed;
  }
  return {
    feed,
    packages: [...packages].map(([name, version]) => ({ name, version })),
    files: entries.map(([file]) => path.basename(file)),
    folder: path.join(root, 'bin', 'napi-v6', platform, arch),
  };
}

export function describePlan({ feed, packages, files, folder }: CudaPlan): string {
  return [
    `From ${feed}:`,
    ...packages.map(({ name, version }) => `  ${name} ${version} (several hundred MB)`),
    `To ${folder}:`,
    ...files.map((file) => `  ${file}`),
    'By the installer of onnxruntime-node itself. CUDA 12, cuDNN 9 and the driver are NVIDIA’s and not part of it.',
  ].join('\n');
}

/** What the command needs of the world; replaced in tests. */
export interface CudaWorld {
  metadata: InstallMetadata;
  platform: string;
  arch: string;
  /** Folder of onnxruntime-node. */
  root: string;
  environment: Readonly<Record<string, string | undefined>>;
  isReachable(url: string): Promise<boolean>;
  /** Runs onnxruntime-node's installer; gives its exit status. */
  install(): number;
  /** SHA-256 of a file; null where there is none. */
  hash(file: string): string | null;
  /** Tries every device again and prints what came out; gives its exit status. */
  verify(): number;
  say(line: string): void;
}

const EXIT = { done: 0, unsupported: 5, unavailable: 9 } as const;

/** Fetches ONNX Runtime's CUDA libraries and tries them. Gives the exit status. */
export async function fetchCuda(world: CudaWorld, isDryRun: boolean): Promise<number> {
  const { say } = world;
  const plan = cudaPlan(world.metadata, world.platform, world.arch, world.root);
  if (!plan) {
    say(
      `CUDA: onnxruntime-node has its libraries for Linux on x64 only, this is ${world.platform} on ${world.arch}; ` +
        'the graphics card is used through WebGPU or DirectML instead, which need nothing fetched.',
    );
    return EXIT.unsupported;
  }
  say(describePlan(plan));
  if (isDryRun) {
    say('Nothing was fetched (--dry-run).');
    return EXIT.done;
  }
  // Behind a proxy only the installer knows the way.
  const hasProxy = Object.entries(world.environment).some(([name, value]) => /(^|_)https?_proxy$/i.test(name) && value);
  if (!hasProxy && !(await world.isReachable(plan.feed))) {
    say(
      `CUDA: ${new URL(plan.feed).host} cannot be reached, so nothing was fetched. ` +
        'Run this on a computer with a connection, the same system and the same version of the workbench, and copy the files above from there to here.',
    );
    return EXIT.unavailable;
  }
  const status = world.install();
  const installed = plan.files.map((file) => ({ file, sha256: world.hash(path.join(plan.folder, file)) }));
  const missing = installed.filter(({ sha256 }) => sha256 === null);
  if (status !== 0 || missing.length > 0) {
    say(
      `CUDA: the installer of onnxruntime-node ended with ${status} and ${missing.length} of ${plan.files.length} files are missing; ` +
        'what it printed above says why. Everything else works as before.',
    );
    return EXIT.unavailable;
  }
  for (const { file, sha256 } of installed) say(`  ${sha256}  ${file}`);
  say('Trying every device…');
  return world.verify();
}
