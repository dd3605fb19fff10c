// First, because modules are evaluated in this order.
import './silence.ts';

export { InferenceSession, Tensor } from 'onnxruntime-node';
