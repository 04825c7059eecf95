"""Golden numbers of tests/singlecell/classical: log-normalised pbmc3k by numpy and scipy alone.

    python3 tests/reference/pbmc3k_classical.py ../shared/data/cells/pbmc3k_human.h5ad

Counts are divided by size factors (total over mean total), then log2(x + 1). Markers of a group: AUC, Cohen's d,
difference of means, each the mean over all other groups; AUC by midranks; d with the root mean of the two sample
variances. Components: of the 2,000 genes with the largest variance (no trend), by the singular values of the centred matrix.
"""

import sys

import h5py
import numpy as np
import scipy.sparse as sp
from scipy.stats import rankdata

with h5py.File(sys.argv[1]) as file:
    x = file["X"]
    counts = sp.csr_matrix((x["data"][:], x["indices"][:], x["indptr"][:]), shape=x.attrs["shape"]).astype(float)
    names = file["var/_index"].asstr()[:]
    codes = file["obs/cell_type/codes"][:]
    groups = file["obs/cell_type/categories"].asstr()[:]

totals = np.asarray(counts.sum(1)).ravel()
log = sp.diags(totals.mean() / totals) @ counts
log.data = np.log2(log.data + 1)
log = log.tocsc()


def compare(gene, group):
    """Means over the other groups."""
    values = log[:, gene].toarray().ravel()
    mine = values[codes == group]
    auc, d, lfc, detected = [], [], [], []
    for other in range(len(groups)):
        if other == group:
            continue
        theirs = values[codes == other]
        ranks = rankdata(np.concatenate([mine, theirs]))
        u = ranks[: len(mine)].sum() - len(mine) * (len(mine) + 1) / 2
        auc.append(u / (len(mine) * len(theirs)))
        spread = np.sqrt((mine.var(ddof=1) + theirs.var(ddof=1)) / 2)
        difference = mine.mean() - theirs.mean()
        d.append(difference / spread if spread > 0 else 0.0 if difference == 0 else np.sign(difference) * np.inf)
        lfc.append(difference)
        detected.append((theirs > 0).mean())
    return np.mean(auc), np.min(auc), np.mean(d), np.mean(lfc), mine.mean(), (mine > 0).mean(), np.mean(detected)


for group, gene in [("B", "CD79A"), ("B", "MS4A1"), ("NK", "GNLY"), ("CD14+ Mono", "S100A9"), ("Platelet", "PF4"), ("CD8 T", "CD3D")]:
    row = compare(list(names).index(gene), list(groups).index(group))
    print(group, gene, " ".join(f"{value:.6f}" for value in row))

aucs = np.array([compare(gene, list(groups).index("B"))[0] if log.indptr[gene + 1] > log.indptr[gene] else 0.5 for gene in range(0, log.shape[1])])
order = sorted(range(len(aucs)), key=lambda gene: -aucs[gene])[:10]
print("B, ten best by AUC:", " ".join(names[gene] for gene in order))
