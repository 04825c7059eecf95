import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Question } from './next-step.ts';

/** Which door of the home page was taken; the overview leads towards its answer. */
export const useQuestion = defineStore('question', () => {
  const question = ref<Question>('drivers');
  return { question };
});
