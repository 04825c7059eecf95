import type { IncomingHttpHeaders } from 'node:http';

/** Names of this machine; the port may be that of a tunnel. */
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

/**
 * Whether the request was meant for this machine by name.
 *
 * Note: a foreign page whose name an attacker points at 127.0.0.1 (DNS rebinding) still sends its own name here.
 */
export function hasOwnHost({ host }: IncomingHttpHeaders): boolean {
  return host !== undefined && OWN_HOST.test(host);
}

/** Whether the request comes from a page that this very host served; a request that changes something must say so. */
export function hasOwnOrigin({ host, origin }: IncomingHttpHeaders): boolean {
  return origin !== undefined && origin === `http://${host}`;
}
