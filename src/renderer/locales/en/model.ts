export default {
  loss: { label: 'Training curve, {n} points' },
};
