import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '#shared/contract/index.ts';

/** Every procedure of the contract, wherever the host runs. */
export type Client = ContractRouterClient<Contract>;

let current: Client | null = null;

/** Called once, before anything is drawn. */
export function setClient(client: Client): void {
  current = client;
}

/** Throws: Error when called before `setClient`. */
export function useClient(): Client {
  if (!current) throw new Error('no host is connected');
  return current;
}
