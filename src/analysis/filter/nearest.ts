export { nearestNames } from '../../protocol/nearest';
