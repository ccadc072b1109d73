const t0=performance.now();
const { tf, dense, maskedConv, gaussianSample, binaryCrossEntropy, logSumExp, affineCoupling, randomNormal, setThreads } = await import("./lib/tensor/mod.ts");
const t1=performance.now();
const g = tf.grad((x: any)=>x.add(1).mul(x).sum())(tf.tensor1d([1,2,3])); g.dataSync();
console.log("import", t1-t0, "first gradient", performance.now()-t1, tf.getBackend());
const r=(shape:number[],seed:number)=>randomNormal(shape as any,seed) as any;
const num=(f:(x:any)=>any,x:any,eps=1e-2)=>{const v=x.dataSync();return v.map((_:number,i:number)=>{const p=v.slice(),m=v.slice();p[i]+=eps;m[i]-=eps;return tf.tidy(()=>(f(tf.tensor(p,x.shape)).dataSync()[0]-f(tf.tensor(m,x.shape)).dataSync()[0])/(2*eps));})};
const cmp=(name:string,f:(x:any)=>any,x:any)=>{const a=tf.grad(f)(x).dataSync(),b=num(f,x);let e=0;a.forEach((v:number,i:number)=>e=Math.max(e,Math.abs(v-b[i])));console.log(name,e.toExponential(2), a.length)};
const x=r([5,7],1),W=r([7,9],2),b=r([9],3);
for(const act of ["linear","relu","sigmoid","tanh"] as const){const f=(x:any,W:any,b:any)=>dense(x,W,b,act).mul(r([5,9],9)).sum(); cmp("dense x "+act,v=>f(v,W,b),x);cmp("W",v=>f(x,v,b),W);cmp("b",v=>f(x,W,v),b);}
cmp("bce",v=>binaryCrossEntropy(tf.sigmoid(r([5,7],4)),v).mul(r([5],5)).sum(),x);cmp("bce x",v=>binaryCrossEntropy(v,x).mul(r([5],5)).sum(),x);
cmp("gauss mean",v=>{const {z,kl}=gaussianSample(v,r([5,7],6),r([5,7],7));return z.mul(r([5,7],8)).sum().add(kl.mul(r([5],9)).sum())},x);
cmp("gauss lv",v=>{const {z,kl}=gaussianSample(r([5,7],6),v,r([5,7],7));return z.mul(r([5,7],8)).sum().add(kl.mul(r([5],9)).sum())},x);
cmp("lse",v=>logSumExp(v).mul(r([5],9)).sum(),x);
for(const m of ["last","first"] as const){cmp("coupling x",v=>{const {y,logAbsDet}=affineCoupling(v,r([5,6],6),m);return y.mul(r([5,7],8)).sum().add(logAbsDet.mul(r([5],9)).sum())},x);
cmp("coupling p",v=>{const {y,logAbsDet}=affineCoupling(x,v,m);return y.mul(r([5,7],8)).sum().add(logAbsDet.mul(r([5],9)).sum())},r([5,6],6));}
for(const kind of ["A","B"] as const) for(const [n,ci,co,h,w] of [[3,2,3,5,5],[5,1,2,4,6],[1,2,9,3,3],[3,4,8,5,7]]){ const xx=r([2,h,w,ci],11),K=r([n,n,ci,co],12),bb=r([co],13),up=r([2,h,w,co],14);
 const mask=tf.tensor4d(Array.from({length:n*n*ci*co},(_,i)=>{const t=Math.floor(i/(ci*co)),c=(n*n-1)/2;return t<c||(t===c&&kind==="B")?1:0}),[n,n,ci,co]);
 const want=tf.conv2d(xx,K.mul(mask),1,"same").add(bb).tanh(), got=maskedConv(xx,K,kind,{bias:bb,activation:"tanh"}); console.log("mconv fwd",tf.max(tf.abs(tf.sub(want,got))).dataSync()[0]);
 const f=(x:any,K:any,b:any)=>maskedConv(x,K,kind,{bias:b,activation:"tanh"}).mul(up).sum();
 cmp("mconv x",v=>f(v,K,bb),xx);cmp("mconv K",v=>f(xx,v,bb),K);cmp("mconv b",v=>f(xx,K,v),bb);}
try{tf.grad((x:any)=>tf.grad((y:any)=>binaryCrossEntropy(tf.sigmoid(x),y).sum())(x).sum())(x)}catch(e){console.log((e as Error).message)}
try{tf.grad((x:any)=>tf.grad((y:any)=>{const {z,kl}=gaussianSample(y,y,y);return z.sum().add(kl.sum())})(x).sum().add(x.sum()))(x)}catch(e){console.log((e as Error).message)}
cmp("2nd dense",v=>tf.grad((u:any)=>dense(u,W,b,"tanh").square().sum())(v).square().sum(), x);
cmp("2nd relu plain",v=>tf.grad((u:any)=>tf.relu(tf.matMul(u,W)).square().sum())(v).square().sum(), x);
