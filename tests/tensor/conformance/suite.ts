import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "./setup.ts";
import "@tensorflow/tfjs-core/dist/tests";
