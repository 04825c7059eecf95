import { WorkbenchError } from '#shared/errors/workbench-error.ts';

export function noSuchMatrix(file: string, name: string, matrices: readonly { name: string }[]): WorkbenchError {
  const names = matrices.map((matrix) => matrix.name).join(', ');
  return new WorkbenchError('not-found', `${file}: it has no matrix "${name}"; it has ${names}.`);
}

export function noSuchColumn(file: string, name: string, columns: readonly string[]): WorkbenchError {
  return new WorkbenchError(
    'not-found',
    `${file}: it has no annotation "${name}"; it has ${columns.join(', ') || 'none'}.`,
  );
}
