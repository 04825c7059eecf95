import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Capabilities, MachineReport } from '#shared/contract/host.ts';
import { useClient } from '../api/client.ts';

/** What the host can do; the interface asks this and never where it runs. */
export const useHost = defineStore('host', () => {
  const capabilities = ref<Capabilities | null>(null);
  const machine = shallowRef<MachineReport | null>(null);
  const measuring = ref(false);

  async function load(): Promise<void> {
    capabilities.value ??= await useClient().host.capabilities();
  }

  /** What is known without measuring anything. */
  async function loadMachine(): Promise<void> {
    machine.value ??= await useClient().host.machine({ measure: 'never' });
  }

  /** Tries every device, which takes up to a minute; the host keeps what came out. */
  async function measure(): Promise<void> {
    if (measuring.value) return;
    measuring.value = true;
    try {
      machine.value = await useClient().host.machine({ measure: 'again' });
    } finally {
      measuring.value = false;
    }
  }

  return { capabilities, machine, measuring, load, loadMachine, measure };
});
