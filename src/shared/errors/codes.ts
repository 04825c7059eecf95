/**
 * The closed table of error codes. `exitStatus` is the command line's exit status; `retryable` says whether the same
 * call may succeed later without any change by the user.
 */
export const ERROR_CODES = {
  'invalid-input': { exitStatus: 2, retryable: false, meaning: 'an option or argument is out of its bounds' },
  'not-found': { exitStatus: 3, retryable: false, meaning: 'a file, artifact, label or gene does not exist' },
  'data-format': { exitStatus: 4, retryable: false, meaning: 'a file or column does not hold what it should' },
  unsupported: { exitStatus: 5, retryable: false, meaning: 'understood, but not something the workbench can do' },
  numeric: { exitStatus: 6, retryable: false, meaning: 'a computation gave no finite number' },
  resource: { exitStatus: 7, retryable: true, meaning: 'disk, memory or device is exhausted' },
  conflict: { exitStatus: 8, retryable: false, meaning: 'it contradicts something already there' },
  unavailable: { exitStatus: 9, retryable: true, meaning: 'a part of the workbench is not running or not installed' },
  cancelled: { exitStatus: 130, retryable: true, meaning: 'the user cancelled it' },
  internal: { exitStatus: 70, retryable: false, meaning: 'a defect of the workbench' },
} as const satisfies Record<string, { exitStatus: number; retryable: boolean; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export const errorCodes = Object.keys(ERROR_CODES) as ErrorCode[];
