import type { WorkbookColumn } from '#singlecell/io/xlsx/write-workbook.ts';
import type { Scene } from './scene.ts';

/** Numbers behind a figure or a table, unrounded. */
export interface SourceTable {
  columns: readonly (Pick<WorkbookColumn, 'title' | 'kind'> & { width?: number })[];
  rows: readonly (readonly (string | number | null)[])[];
}

export interface Figure {
  id: string;
  title: string;
  caption: string;
  scene: Scene;
  source: SourceTable;
}

export interface Cell {
  text: string;
  /** Gene symbols are set in italics, ids as code. */
  look?: 'gene' | 'code';
  /** A known regulator. */
  isStarred?: boolean;
  /** A bar beside the words, as a share of its place. */
  bar?: number;
}

export interface Column {
  title: string;
  align: 'left' | 'right';
}

export type Block =
  | { kind: 'paragraph'; text: string; isHint?: boolean }
  | { kind: 'heading'; text: string }
  | { kind: 'facts'; facts: readonly { name: string; value: string }[] }
  | { kind: 'list'; items: readonly string[]; isHint?: boolean }
  | { kind: 'table'; caption: string; columns: readonly Column[]; rows: readonly (readonly Cell[])[]; leading?: number }
  | { kind: 'figure'; figure: Figure }
  | { kind: 'code'; lines: readonly string[] };

export interface Section {
  /** Null for one without a heading. */
  title: string | null;
  look: 'plain' | 'lead' | 'warning';
  blocks: readonly Block[];
}

/** A report as data: what it says is said here, how it looks is up to a back end. */
export interface ReportDocument {
  title: string;
  /** Above the title. */
  kicker: string;
  /** Below the title. */
  subtitle: string;
  sections: readonly Section[];
  footer: string;
  /** In the head of a file, not on a page. */
  keywords: readonly string[];
  version: string;
}

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const hint = (text: string): Block => ({ kind: 'paragraph', text, isHint: true });
export const section = (title: string | null, blocks: readonly (Block | null)[]): Section => ({
  title,
  look: 'plain',
  blocks: blocks.filter((block) => block !== null),
});
