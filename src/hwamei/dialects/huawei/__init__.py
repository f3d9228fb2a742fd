"""The API of Huawei Cloud MetaStudio for training voices and speaking with them: its SDK runs against this server."""
