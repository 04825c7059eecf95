import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { paleWords } from './contrast.ts';
import { twoFrames } from './frames.ts';

const SCREENSHOTS = path.join(import.meta.dirname, '..', 'screenshots');
const SIZES = [
  { width: 1600, height: 1000 },
  { width: 1280, height: 720 },
];
const SCHEMES = ['dark', 'light'] as const;

/** Looks at every view as its user would: four pictures, nothing sideways or pale, everything named, one main heading. */
export class Looker {
  readonly #page: Page;
  readonly #folder: string;
  #seen = 0;

  /** Pictures of a story lie in a folder of its own. */
  constructor(page: Page, story: string) {
    this.#page = page;
    this.#folder = path.join(SCREENSHOTS, story);
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
  }

  async look(name: string): Promise<void> {
    const number = String(++this.#seen).padStart(2, '0');
    for (const size of SIZES) {
      await this.#page.setViewportSize(size);
      // A menu follows its button a frame later.
      await this.#page.evaluate(twoFrames);
      await this.#checkWidth(`${name} at ${size.width}×${size.height}`);
      for (const colorScheme of SCHEMES) {
        await this.#page.emulateMedia({ colorScheme });
        await this.#page.locator(`.v-application.v-theme--${colorScheme}`).waitFor();
        await this.#page.evaluate(twoFrames);
        const file = `${number}-${name}-${size.width}-${colorScheme}.png`;
        await this.#page.screenshot({ path: path.join(this.#folder, file), animations: 'disabled' });
        expect(await this.#page.evaluate(paleWords), `${file}: too pale to read`).toEqual([]);
      }
    }
    expect(await this.#page.evaluate(namelessControls), `${name}: controls without a name`).toEqual([]);
    expect(await this.#page.locator('h1:visible').count(), `${name}: main headings`).toBe(1);
  }

  /** What was on the screen when something went wrong. */
  async keepFailure(): Promise<void> {
    await this.#page.screenshot({ path: path.join(this.#folder, 'failure.png') });
  }

  /** Neither the window nor a part of it that is not meant to scroll is wider than its place. */
  async #checkWidth(name: string): Promise<void> {
    const wide = await this.#page.evaluate(overflowing);
    expect(wide, `${name}: wider than the window`).toEqual([]);
  }
}

/** Runs in the page. */
function overflowing(): string[] {
  const width = document.documentElement.clientWidth;
  const found: string[] = [];
  if (document.documentElement.scrollWidth > width) found.push(`page ${document.documentElement.scrollWidth}`);
  for (const element of document.querySelectorAll<HTMLElement>('main *, .v-overlay__content *')) {
    const box = element.getBoundingClientRect();
    if (box.width > 0 && box.right > width + 1 && !element.closest('.v-navigation-drawer, .v-snackbar, svg'))
      found.push(`${element.tagName}.${element.className} ends at ${Math.round(box.right)}`);
  }
  return found.slice(0, 5);
}

/** Runs in the page: visible controls that a screen reader could not name. */
function namelessControls(): string[] {
  const words = (id: string | null) =>
    (id ?? '')
      .split(/\s+/)
      .map((one) => document.getElementById(one)?.textContent ?? '')
      .join(' ');
  const nameOf = (element: HTMLElement) =>
    [
      element.getAttribute('aria-label'),
      words(element.getAttribute('aria-labelledby')),
      ...[...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent),
      element.title,
      element.matches('input, textarea, select') ? '' : element.textContent,
    ]
      .join(' ')
      .trim();
  return (
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, a[href], input, textarea, select, [role=button], [role=checkbox], [role=radio], [role=combobox], [role=tab], [role=progressbar], [role=img], [role=dialog], canvas',
      ),
    ]
      .filter((element) => element.checkVisibility() && !element.closest('[aria-hidden=true]'))
      // A picture is named as a whole; what it is drawn with has no name of its own.
      .filter((element) => !element.parentElement?.closest('[role=img]'))
      .filter((element) => nameOf(element) === '')
      .map((element) => element.outerHTML.slice(0, 200))
  );
}
