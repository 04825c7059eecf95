import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Below this the contents of the project lie over the page, behind a button, instead of beside it. */
export const NARROW_PIXELS = 900;

/** Which side panels are open; whoever starts a job opens that of the jobs. */
export const usePanel = defineStore('panel', () => {
  const jobsOpen = ref(false);
  const contentsOpen = ref(false);
  return { jobsOpen, contentsOpen };
});
