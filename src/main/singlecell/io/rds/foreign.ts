import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** Formats that only R packages read, by their endings, and the line that turns them into one that is read. */
const LINES: readonly { ending: RegExp; what: string; line: (name: string, stem: string) => string }[] = [
  {
    ending: /\.h5seurat$/i,
    what: 'a file of SeuratDisk',
    line: (name, stem) => `saveRDS(SeuratDisk::LoadH5Seurat("${name}"), "${stem}.rds")`,
  },
  {
    ending: /\.qs2$/i,
    what: 'a file of the R package qs2',
    line: (name, stem) => `saveRDS(qs2::qs_read("${name}"), "${stem}.rds")`,
  },
  {
    ending: /\.qs$/i,
    what: 'a file of the R package qs',
    line: (name, stem) => `saveRDS(qs::qread("${name}"), "${stem}.rds")`,
  },
];

/** How a file that only R reads is turned into an .rds file; null for any other. */
export function foreignRFile(name: string): WorkbenchError | null {
  const found = LINES.find(({ ending }) => ending.test(name));
  if (!found) return null;
  const stem = name.replace(found.ending, '');
  return new WorkbenchError(
    'unsupported',
    `${name}: it is ${found.what}, which only R reads; in R: ${found.line(name, stem)}, and import that file.`,
  );
}
