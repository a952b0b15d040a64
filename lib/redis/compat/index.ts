export { BazisBackplane } from './bazis.backplane.js';
