import { WHY_ENGLISH } from '#shared/why/english.ts';

/** Reports and tables use the same texts. */
export default WHY_ENGLISH;
