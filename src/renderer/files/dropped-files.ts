import { DESKTOP_MARKER, type DesktopBridge } from '#shared/contract/transport.ts';

export interface DroppedFiles {
  names: string[];
  /** Empty where the page may not know where files lie: a browser tells their names only. */
  paths: string[];
}

/** Whether something dragged over the page holds files. */
export function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** What was dropped on the page: files and folders alike. */
export function droppedFiles(event: DragEvent): DroppedFiles {
  const files = [...(event.dataTransfer?.files ?? [])];
  const bridge = (window as unknown as Record<string, DesktopBridge | undefined>)[DESKTOP_MARKER];
  return {
    names: files.map(({ name }) => name),
    paths: bridge ? files.map((file) => bridge.pathOf(file)).filter(Boolean) : [],
  };
}
