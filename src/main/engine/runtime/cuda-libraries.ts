import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Folder of ONNX Runtime's native libraries for this system. */
export function nativeFolder(): string {
  const root = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return path.join(root, 'bin', 'napi-v6', process.platform, process.arch);
}

/** ONNX Runtime's own part of CUDA, which `npm run gpu:cuda` fetches; CUDA and cuDNN themselves are the system's. */
export function hasCudaLibraries(folder = nativeFolder()): boolean {
  return ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'].every((name) =>
    existsSync(path.join(folder, name)),
  );
}
