export type Strength = 'weak' | 'fair' | 'strong';

const FAIR_BITS = 50;
const STRONG_BITS = 75;

/**
 * A rough lower bound of what a guesser must try.
 *
 * Units: bits. Note: repeated and neighbouring characters count half a character; it is a hint, never a gate.
 */
export function guessBits(passphrase: string): number {
  const pool =
    (/[a-z]/.test(passphrase) ? 26 : 0) +
    (/[A-Z]/.test(passphrase) ? 26 : 0) +
    (/\d/.test(passphrase) ? 10 : 0) +
    (/[^a-zA-Z\d]/.test(passphrase) ? 30 : 0);
  let length = 0;
  for (let i = 0; i < passphrase.length; i++) {
    const step = Math.abs(passphrase.charCodeAt(i) - passphrase.charCodeAt(i - 1));
    length += step <= 1 ? 0.5 : 1;
  }
  // Letters of words follow each other predictably: about two thirds of a random letter's surprise.
  const predictability = /^[a-z ]+$/i.test(passphrase) ? 0.65 : 1;
  return pool === 0 ? 0 : length * Math.log2(pool) * predictability;
}

export function passphraseStrength(passphrase: string): Strength {
  const bits = guessBits(passphrase);
  return bits >= STRONG_BITS ? 'strong' : bits >= FAIR_BITS ? 'fair' : 'weak';
}
