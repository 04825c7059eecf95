import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router';
import { useProject } from './state/project.ts';
import ComputerView from './views/computer/ComputerView.vue';
import HomeView from './views/HomeView.vue';
import ImportModelView from './views/library/ImportModelView.vue';
import LibraryModelView from './views/library/LibraryModelView.vue';
import LibraryView from './views/library/LibraryView.vue';
import AuditView from './views/project/AuditView.vue';
import ProjectView from './views/ProjectView.vue';
import WizardView from './wizards/WizardView.vue';
import DatasetView from './views/DatasetView.vue';
import TokensView from './views/TokensView.vue';
import ModelView from './views/ModelView.vue';
import ScreenView from './views/ScreenView.vue';
import FollowUpView from './views/FollowUpView.vue';
import RankingView from './views/RankingView.vue';

/**
 * Pages are imported, not loaded on demand: everything is on this machine, and one style sheet keeps the order of layers.
 * Pages with `project: true` need an open project and lead home without one.
 */
const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: HomeView },
  { path: '/models', name: 'models', component: LibraryView },
  { path: '/models/import', name: 'model-import', component: ImportModelView },
  { path: '/models/:id', name: 'library-model', component: LibraryModelView },
  { path: '/computer', name: 'computer', component: ComputerView },
  { path: '/project', name: 'project', component: ProjectView, meta: { project: true } },
  { path: '/project/log', name: 'audit-log', component: AuditView, meta: { project: true } },
  {
    path: '/new/:wizard(import|prepare|train|screen|rank|closer)',
    name: 'wizard',
    component: WizardView,
    meta: { project: true },
  },
  {
    path: '/dataset/:id',
    name: 'dataset',
    component: DatasetView,
    meta: { project: true },
  },
  { path: '/tokens/:id', name: 'tokens', component: TokensView, meta: { project: true } },
  { path: '/model/:id', name: 'model', component: ModelView, meta: { project: true } },
  { path: '/screen/:id', name: 'screen', component: ScreenView, meta: { project: true } },
  {
    path: '/ranking/:id',
    name: 'ranking',
    component: RankingView,
    meta: { project: true },
  },
  { path: '/closer/:id', name: 'follow-up', component: FollowUpView, meta: { project: true } },
  { path: '/:rest(.*)', redirect: '/' },
];

export function createNavigation(): Router {
  const router = createRouter({ history: createWebHashHistory(), routes });
  router.beforeEach(async (to) => {
    if (!to.meta.project) return true;
    const project = useProject();
    await project.ensureLoaded();
    return project.info ? true : { name: 'home' };
  });
  return router;
}
