const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** 1536000 → `1.5 MB`. */
export function formatBytes(sizeBytes: number): string {
  let size = sizeBytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/** 83000 → `1 min 23 s`; hours drop the seconds. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** p values and false discovery rates: small ones in powers of ten. */
export function formatProbability(p: number): string {
  if (p === 0) return '0';
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}

/** A signed effect with as many digits as tell neighbouring genes apart. */
export function formatEffect(value: number): string {
  const size = Math.abs(value);
  const text =
    size === 0 || size >= 1e-3 ? value.toFixed(4) : size < 1e-4 ? value.toExponential(2) : value.toPrecision(3);
  return (value > 0 ? `+${text}` : text).replaceAll('-', '−');
}

/** An end of an interval in two digits, where the place is narrow. */
export function formatBound(value: number): string {
  const size = Math.abs(value);
  const text =
    size === 0 ? '0' : size < 1e-4 ? value.toExponential(1) : size < 100 ? value.toPrecision(2) : value.toFixed(0);
  return text.replaceAll('-', '−');
}
