import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import type { Component } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { setClient, type Client } from '../../src/renderer/api/client.ts';
import { createTranslator } from '../../src/renderer/i18n.ts';
import { createDesign } from '../../src/renderer/vuetify.ts';

const PAGES = [
  'home',
  'project',
  'wizard',
  'dataset',
  'tokens',
  'model',
  'screen',
  'ranking',
  'follow-up',
  'models',
  'model-import',
  'library-model',
  'computer',
  'audit-log',
];

/** happy-dom lays nothing out, so it has no size observer and no media queries worth asking. */
class StillObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** Mounts a component with the app's plug-ins on a client. */
export function mountWith(component: Component, client: Client, options: Parameters<typeof mount>[1] = {}) {
  globalThis.ResizeObserver = StillObserver;
  globalThis.visualViewport ??= new EventTarget() as VisualViewport;
  setClient(client);
  const pinia = createPinia();
  setActivePinia(pinia);
  const page = { template: '<div />' };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: PAGES.map((name) => ({
      path: name === 'wizard' ? '/new/:wizard' : `/${name}/:id?`,
      name,
      component: page,
    })),
  });
  return mount(component, {
    attachTo: document.body,
    ...options,
    global: { plugins: [pinia, createTranslator(), createDesign('light'), router], ...options.global },
  } as Parameters<typeof mount>[1]);
}
