/** Three significant digits, a real minus sign, and no exponent unless the number is tiny. */
export function short(value: number): string {
  if (value === 0) return '0';
  const text = Math.abs(value) < 1e-4 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  return text.replaceAll('-', '−');
}

export function signed(value: number): string {
  return value > 0 ? `+${short(value)}` : short(value);
}

/** Writes numbers of a column with as many decimals as give the largest three digits, so that they can be compared by eye. */
export function alike(values: readonly number[]): (value: number) => string {
  const largest = Math.max(0, ...values.map(Math.abs).filter(Number.isFinite));
  const decimals = largest === 0 ? 0 : Math.min(9, Math.max(0, 2 - Math.floor(Math.log10(largest))));
  return (value) => {
    const text = value.toFixed(decimals);
    // A value far below the others is told by itself rather than as 0.
    return Number(text) === 0 ? short(value) : text.replace('-', '−');
  };
}

/** Two decimals and a real minus sign, as correlations are written in a sentence. */
export function hundredths(value: number): string {
  return value.toFixed(2).replace('-', '−');
}

export function percent(fraction: number): string {
  return `${Math.round(100 * fraction)} %`;
}

/** Thousands grouped by commas. */
export function whole(value: number): string {
  return value.toLocaleString('en-US');
}

/** p-values and false discovery rates: small ones by their bound. */
export function chance(value: number): string {
  return value < 0.001 ? '< .001' : value > 0.995 ? '1' : value.toFixed(3).replace(/^0/, '');
}

/** Round numbers that cover a range, about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) as number;
  const marks: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++)
    marks.push(Number((i * step).toPrecision(12)));
  return marks;
}
