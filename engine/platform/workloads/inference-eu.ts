import { defineInference } from '../inference.ts';

export default defineInference('eu');
