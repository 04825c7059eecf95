import { existsSync } from 'node:fs';
import path from 'node:path';

/** Printed in the documentation: a demo project holds published cells only. */
export const DEMO_PASSPHRASE = 'demo';

/** Where `npm run demo` leaves its project. */
export function demoProjectPath(root: string): string {
  return path.join(root, 'demo-output', 'blood-demo.gcwproj');
}

/** The finished demo project, if it was made. */
export function findDemoProject(root: string): { path: string; passphrase: string } | null {
  const file = demoProjectPath(root);
  return existsSync(file) ? { path: file, passphrase: DEMO_PASSPHRASE } : null;
}
