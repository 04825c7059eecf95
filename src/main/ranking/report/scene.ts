/** What a mark stands for; a renderer gives it a colour that suits paper, window or dark window. */
export type Role = 'line' | 'soft' | 'ink' | 'accent' | 'known' | 'series1' | 'series2' | 'series3' | 'series4';

/** In the units of the scene, y downwards. */
export type Mark =
  | { kind: 'line'; role: Role; x1: number; y1: number; x2: number; y2: number; width?: number; isDashed?: boolean }
  | { kind: 'path'; role: Role; points: readonly (readonly [x: number, y: number])[]; width?: number; dash?: number[] }
  | { kind: 'circle'; role: Role; x: number; y: number; r: number; isFilled: boolean; opacity?: number; hint?: string }
  | { kind: 'rect'; role: Role; x: number; y: number; width: number; height: number; isFilled: boolean; r?: number }
  | {
      kind: 'text';
      role: Role;
      x: number;
      /** Of the base line. */
      y: number;
      text: string;
      size: number;
      anchor: 'start' | 'middle' | 'end';
      isItalic?: boolean;
      isBold?: boolean;
      /** Read from below. */
      isTurned?: boolean;
    };

/** A picture as data: every back end draws the same one. */
export interface Scene {
  width: number;
  height: number;
  /** What a reader who cannot see it is told. */
  title: string;
  marks: readonly Mark[];
}

/** Okabe and Ito's colours, dark enough for lines and letters on white paper. */
export const PAPER: Record<Role, string> = {
  line: '#dfe5ea',
  soft: '#5a6875',
  ink: '#1b2733',
  accent: '#00679e',
  known: '#b34700',
  series1: '#007a5a',
  series2: '#9b5a85',
  series3: '#8a6d00',
  series4: '#3d3d3d',
};
