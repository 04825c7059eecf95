import type { Page } from 'playwright-core';
import { twoFrames } from './frames.ts';

export interface TabStop {
  /** What a screen reader would say, in short. */
  name: string;
  /** Whether a person sees where they are. */
  isVisible: boolean;
}

const MOST_STOPS = 60;

/** Presses Tab until `name` has the focus and gives every stop on the way. */
export async function tabTo(page: Page, name: RegExp): Promise<TabStop[]> {
  const stops: TabStop[] = [];
  while (stops.length < MOST_STOPS) {
    await page.keyboard.press('Tab');
    await page.evaluate(twoFrames);
    const stop = await page.evaluate(focusedStop);
    stops.push(stop);
    if (name.test(stop.name)) return stops;
  }
  throw new Error(`Tab does not reach ${name}: ${stops.map((stop) => stop.name).join(' | ')}`);
}

/** Runs in the page. */
function focusedStop(): TabStop {
  const element = document.activeElement as HTMLElement;
  const style = getComputedStyle(element);
  const field = element.closest('.v-field, .v-selection-control');
  const overlay = element.querySelector('.v-btn__overlay, .v-card__overlay, .v-list-item__overlay');
  const box = element.getBoundingClientRect();
  const isMarked =
    (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) ||
    field?.matches('.v-field--focused, .v-selection-control--focus-visible') === true ||
    (overlay !== null && Number(getComputedStyle(overlay).opacity) > 0);
  const labels = [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent).join(' ');
  const name = element.getAttribute('aria-label') ?? (labels || (element.textContent ?? element.tagName));
  return {
    name: name.replaceAll(/\s+/g, ' ').trim(),
    isVisible: isMarked && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}
