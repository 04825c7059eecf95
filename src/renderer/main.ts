import { createWorkbench } from './app.ts';
import { connect } from './host/connect.ts';
import { showStartFailure } from './host/start-failure.ts';

connect()
  .then((client) => createWorkbench(client).mount('#app'))
  .catch(showStartFailure);
