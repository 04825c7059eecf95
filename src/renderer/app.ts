import './styles/layers.css';
import '@fontsource/roboto/latin-400.css';
import '@fontsource/roboto/latin-500.css';
import '@fontsource/roboto/latin-700.css';
import './styles/app.css';
import { createPinia } from 'pinia';
import { createApp, type App } from 'vue';
import { setClient, type Client } from './api/client.ts';
import { createTranslator } from './i18n.ts';
import { createNavigation } from './router.ts';
import { readThemeChoice } from './state/theme-choice.ts';
import { createDesign } from './vuetify.ts';
import Workbench from './Workbench.vue';

/** The whole user interface on one host; mount it where it should be drawn. */
export function createWorkbench(client: Client): App {
  setClient(client);
  const app = createApp(Workbench);
  app.use(createPinia());
  app.use(createTranslator());
  app.use(createDesign(readThemeChoice()));
  app.use(createNavigation());
  return app;
}
