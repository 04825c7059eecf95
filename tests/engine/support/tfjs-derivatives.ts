import { registerHooks } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Registers the derivatives of TensorFlow.js, which its build for Node leaves out.
 *
 * They lie in the package as modules for bundlers, without file extensions; Node is told to add these while it loads them.
 */
export async function registerDerivatives(): Promise<void> {
  if (tf.getGradient(tf.Add)) return;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier.startsWith('.') && !specifier.endsWith('.js') && context.parentURL?.includes('/tfjs-core/dist/')
        ? next(`${specifier}.js`, context)
        : next(specifier, context),
  });
  try {
    const name = '@tensorflow/tfjs-core/dist/register_all_gradients.js';
    await import(name);
  } finally {
    hooks.deregister();
  }
}
