import fc from 'fast-check';

// By itself fast-check 4 ends a list at twice its least length and ten, however long it may be: bounds beyond were never met.
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });

export default fc;
