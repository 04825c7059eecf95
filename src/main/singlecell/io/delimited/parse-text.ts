import Papa from 'papaparse';

const DELIMITERS = [',', '\t', ';', '|'];

/** Fields of a delimited text, empty lines left out. */
export function parseText(text: string): string[][] {
  return Papa.parse<string[]>(text, { delimitersToGuess: DELIMITERS, skipEmptyLines: 'greedy' }).data;
}
