import { readFile } from 'node:fs/promises';
import type { Protocol } from 'electron';
import { APP_HOST, APP_SCHEME } from '#shared/contract/transport.ts';
import { SECURITY_HEADERS } from '../content-security-policy.ts';
import { findPageFile, listPageFiles } from '../page-files.ts';

/** Before `ready`: `app://` is an origin of its own, with the rules of a secure one. */
export function registerAppScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/**
 * Serves the built renderer from `app://workbench/` with the security policy in every answer.
 *
 * Throws: `unavailable` when the renderer is not built.
 */
export function serveApp(protocol: Protocol, rendererFolder: string): void {
  const files = listPageFiles(rendererFolder);
  protocol.handle(APP_SCHEME, async ({ url, method }) => {
    const { host, pathname } = new URL(url);
    const found = host === APP_HOST && method === 'GET' ? findPageFile(files, pathname) : undefined;
    if (!found) return new Response(null, { status: 404, headers: SECURITY_HEADERS });
    return new Response(await readFile(found.file), {
      headers: { ...SECURITY_HEADERS, 'content-type': found.mediaType, 'cache-control': 'no-store' },
    });
  });
}
