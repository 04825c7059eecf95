# Writes the R objects of this test: R 4.2.2, Matrix 1.5-3, SingleCellExperiment 1.20.0, SeuratObject 4.1.3 (Debian 12).
# Run in this folder: Rscript make_objects.R
suppressPackageStartupMessages({library(Matrix); library(SingleCellExperiment); library(SeuratObject)})
dir.create("objects", showWarnings = FALSE)
out <- function(name) file.path("objects", name)

genes <- c("SPI1", "GATA1", "CD3E", "MS4A1", "GNLY")
ids <- c("ENSG00000066336", "ENSG00000102145", "ENSG00000198851", "ENSG00000156738", "ENSG00000115523")
cells <- c("AAAC-1", "AAAG-1", "AACC-1", "AACG-1")
dense <- matrix(c(5, 0, 1, 0, 0,  0, 3, 0, 0, 2,  0, 0, 0, 0, 0,  7, 0, 0, 1, 9), nrow = 5, dimnames = list(genes, cells))
sparse <- as(dense, "CsparseMatrix")
obs <- data.frame(
  cell_type = factor(c("B", "T", NA, "B"), levels = c("T", "B", "unused")),
  donor = c("d1", "d1", "d2", NA),
  n = c(6L, 5L, NA, 17L),
  share = c(0.5, NA, 0.25, 1),
  doublet = c(TRUE, FALSE, NA, FALSE),
  row.names = cells)

saveRDS(sparse, out("dgCMatrix.rds"))
saveRDS(sparse, out("version-2.rds"), version = 2)
saveRDS(sparse, out("uncompressed.rds"), compress = FALSE)
saveRDS(sparse, out("xz.rds"), compress = "xz")
saveRDS(sparse, out("bzip2.rds"), compress = "bzip2")
saveRDS(sparse, out("ascii.rds"), ascii = TRUE)
saveRDS(as(sparse, "TsparseMatrix"), out("dgTMatrix.rds"))
saveRDS(as(sparse, "RsparseMatrix"), out("dgRMatrix.rds"))
integers <- dense; storage.mode(integers) <- "integer"
saveRDS(integers, out("matrix.rds"))
saveRDS(as.data.frame(dense), out("data-frame.rds"))

sce <- SingleCellExperiment(
  list(logcounts = log1p(sparse), counts = sparse), colData = obs,
  rowData = DataFrame(ID = ids, Symbol = genes, Type = "Gene Expression"))
sce$run <- Rle(c("r1", "r1", "r2", "r2"))
reducedDim(sce, "PCA") <- matrix(0.5, 4, 2)
saveRDS(sce, out("SingleCellExperiment.rds"))
tags <- SummarizedExperiment(list(counts = matrix(1:8, 2, dimnames = list(c("CD3-TotalSeqB", "CD19-TotalSeqB"), cells))))
with_tags <- SingleCellExperiment(list(counts = sparse), mainExpName = "RNA", altExps = list(ADT = tags, HTO = tags[1, ]))
reducedDim(with_tags, "PCA") <- matrix(0.5, 4, 2, dimnames = list(cells, NULL))
saveRDS(with_tags, out("altExps.rds"))
se <- SummarizedExperiment(list(counts = integers), colData = obs)
saveRDS(se, out("SummarizedExperiment.rds"))
ranged <- SingleCellExperiment(list(counts = DelayedArray::DelayedArray(sparse)), colData = obs,
  rowRanges = GenomicRanges::GRanges("1", IRanges::IRanges(1:5, width = 10, names = genes), gene_id = ids))
saveRDS(ranged, out("delayed-ranged.rds"))

seurat <- CreateSeuratObject(sparse, project = "demo", meta.data = obs)
seurat <- SetAssayData(seurat, "data", log1p(sparse))
saveRDS(seurat, out("Seurat-4.rds"))

# Seurat 5 is not in Debian 12: the classes of SeuratObject 5.0 with the slots that are read, declared under its name.
setClass("LogMap5", contains = "matrix", package = "SeuratObject")
setClass("Assay5x", package = "SeuratObject", slots = c(
  layers = "list", cells = "LogMap5", features = "LogMap5", default = "integer", assay.orig = "character",
  meta.data = "data.frame", misc = "list", key = "character"))
rename <- function(x, class) { attr(x, "class") <- structure(class, package = "SeuratObject"); x }
bare <- function(x) { dimnames(x) <- list(NULL, NULL); x }
split <- cbind(counts.d1 = c(TRUE, TRUE, FALSE, FALSE), counts.d2 = c(FALSE, FALSE, TRUE, TRUE))
all <- cbind(counts.d1 = rep(TRUE, 5), counts.d2 = rep(TRUE, 5)); all[2, 2] <- FALSE
assay <- new("Assay5x",
  layers = list(counts.d1 = bare(sparse[, 1:2]), counts.d2 = bare(sparse[all[, 2], 3:4])),
  cells = new("LogMap5", matrix(split, nrow = 4, dimnames = list(cells, colnames(split)))),
  features = new("LogMap5", matrix(all, nrow = 5, dimnames = list(genes, colnames(all)))),
  default = 2L, key = "rna_")
attr(assay, "cells") <- rename(assay@cells, "LogMap"); attr(assay, "features") <- rename(assay@features, "LogMap")
seurat5 <- seurat
assay <- rename(assay, "Assay5")
attr(seurat5, "assays") <- list(RNA = assay)
saveRDS(seurat5, out("Seurat-5.rds"))

save(sce, file = out("one.rda"))
save(sce, obs, file = out("two.RData"))
save(obs, genes, file = out("none.rda"))
saveRDS(list(a = 1:10, b = compiler::cmpfun(function(x) { y <- x; for (i in 1:3) y <- y + i; y }), e = new.env(), z = 1i, r = as.raw(1)), out("list.rds"))
saveRDS(lm(n ~ share, obs), out("lm.rds"))
# Compact sequences, wrapped and deferred vectors of R 3.5 and later.
saveRDS(data.frame(a = 1:5, b = as.character(1:5), c = sort(c(5, 3, 1, 2, 4)), row.names = genes), out("altrep.rds"))
