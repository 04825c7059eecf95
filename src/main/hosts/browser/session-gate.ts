import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;

/** Lets one browser in: whoever trades the one-time token first gets the only session. */
export class SessionGate {
  readonly token = randomBytes(SECRET_BYTES).toString('base64url');
  readonly #session = randomBytes(SECRET_BYTES).toString('base64url');
  readonly #cookieName: string;
  #isTaken = false;

  /** The port is part of the cookie's name: browsers send cookies of one address to all its ports. */
  constructor(port: number) {
    this.#cookieName = `gcw-session-${port}`;
  }

  /** The value of a `Set-Cookie` header, or null when the token is wrong or was used already. */
  trade(token: string): string | null {
    if (this.#isTaken || !isSame(token, this.token)) return null;
    this.#isTaken = true;
    return `${this.#cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Whether a `Cookie` header holds the session. */
  admits(cookieHeader: string | undefined): boolean {
    if (!this.#isTaken) return false;
    const prefix = `${this.#cookieName}=`;
    return (cookieHeader ?? '')
      .split(';')
      .map((part) => part.trim())
      .some((part) => part.startsWith(prefix) && isSame(part.slice(prefix.length), this.#session));
  }
}

/** Takes the same time wherever the two differ. */
function isSame(given: string, secret: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(secret));
}
