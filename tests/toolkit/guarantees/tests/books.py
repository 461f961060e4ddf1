# Shows: HEAD-MIRRORS-GET
@slow
def test_head(client):
    pass
