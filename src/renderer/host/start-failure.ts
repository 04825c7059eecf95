import { createTranslator } from '../i18n.ts';

/** The one screen drawn without the app: there is no host to ask anything. */
export function showStartFailure(thrown: unknown): void {
  const { t } = createTranslator().global;
  const page = document.createElement('main');
  page.className = 'start-failure';
  page.setAttribute('role', 'alert');
  const heading = document.createElement('h1');
  heading.textContent = t('app.noHost.title');
  const reason = document.createElement('p');
  reason.textContent = thrown instanceof Error ? thrown.message : String(thrown);
  const advice = document.createElement('p');
  advice.textContent = t('app.noHost.advice');
  page.append(heading, reason, advice);
  document.getElementById('app')?.replaceChildren(page);
}
