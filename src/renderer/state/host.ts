import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Capabilities, MachineReport } from '#shared/contract/host.ts';
import { useClient } from '../api/client.ts';

/** What the host can do; the interface asks this and never where it runs. */
export const useHost = defineStore('host', () => {
  const capabilities = ref<Capabilities | null>(null);
  const machine = ref<MachineReport | null>(null);

  async function load(): Promise<void> {
    capabilities.value ??= await useClient().host.capabilities();
  }

  async function loadMachine(): Promise<void> {
    machine.value ??= await useClient().host.machine({ measure: 'never' });
  }

  return { capabilities, machine, load, loadMachine };
});
