import annotations from './annotations.ts';
import app from './app.ts';
import choices from './choices.ts';
import classical from './classical.ts';
import closer from './closer.ts';
import computer from './computer.ts';
import consensus from './consensus.ts';
import dataset from './dataset.ts';
import estimate from './estimate.ts';
import forms from './forms.ts';
import home from './home.ts';
import jobs from './jobs.ts';
import library from './library.ts';
import model from './model.ts';
import project from './project.ts';
import quality from './quality.ts';
import ranking from './ranking.ts';
import screen from './screen.ts';
import tokens from './tokens.ts';
import why from './why.ts';
import wizards from './wizards.ts';

export default {
  annotations,
  app,
  choices,
  classical,
  closer,
  computer,
  consensus,
  dataset,
  estimate,
  forms,
  home,
  jobs,
  library,
  model,
  project,
  quality,
  ranking,
  screen,
  tokens,
  why,
  wizards,
};
