import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Whether the jobs panel is open; whoever starts a job opens it. */
export const usePanel = defineStore('panel', () => {
  const jobsOpen = ref(false);
  return { jobsOpen };
});
