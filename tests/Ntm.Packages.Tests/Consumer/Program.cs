using Consumer;

return args switch
{
    ["train"] => TrainThroughServices.Run(),
    ["embed"] => EmbeddedCell.Run(),
    ["parts"] => OwnParts.Run(),
    ["whole"] => WholeModel.Run(),
    _ => 2,
};
