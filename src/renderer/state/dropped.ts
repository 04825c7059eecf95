import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Paths dropped anywhere on the window, until the import wizard takes them. */
export const useDropped = defineStore('dropped', () => {
  const paths = ref<string[]>([]);
  function take(): string[] {
    const taken = paths.value;
    paths.value = [];
    return taken;
  }
  return { paths, take };
});
